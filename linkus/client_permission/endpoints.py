from __future__ import annotations

from fastapi import APIRouter

from linkus.client_permission import visibility_endpoints

router = APIRouter()
router.include_router(visibility_endpoints.router)
